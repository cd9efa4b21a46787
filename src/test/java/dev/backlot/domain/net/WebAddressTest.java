package dev.backlot.domain.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://img.example.com/a.png",
        "HTTP://IMG.example.com:8080/a.png?x=1#y",
        "https://8.8.8.8/a",
        "https://[2606:4700::1111]/a",
        "https://xn--bcher-kva.example/a",
        "https://img.example.com./a",
      })
  void an_address_of_the_public_internet_is_taken(String address) {
    assertThat(WebAddress.problem(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost/a",
        "http://LOCALHOST./a",
        "http://intranet/a",
        "http://db.internal/a",
        "http://printer.local/a",
        "http://a.localhost/a",
        "http://127.0.0.1/a",
        "http://10.1.2.3/a",
        "http://169.254.169.254/latest/meta-data",
        "http://192.168.1.1:80/a",
        "http://[::1]/a",
        "http://[::ffff:127.0.0.1]/a",
        "http://[fd00::1]/a",
        "http://2130706433/a",
        "http://0x7f000001/a",
        "http://0177.0.0.1/a",
      })
  void an_address_of_somebodys_inside_is_refused(String address) {
    assertThat(WebAddress.problem(address)).contains("an address on the public internet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://",
        "https:///a",
        "https://user:password@img.example.com/a",
        "https://img.example.com/a b",
        "ftp://img.example.com/a",
        "file:///etc/passwd",
        "//img.example.com/a",
        "https://a_b.example.com/a",
        "http://127.1/a",
        "http://1.2.3.0x4/a",
      })
  void what_is_malformed_is_refused(String address) {
    assertThat(WebAddress.problem(address)).get().asString().contains("well-formed");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65_536, 99_999})
  void a_port_that_cannot_be_is_refused(int port) {
    assertThat(WebAddress.problem("https://img.example.com:" + port + "/a"))
        .get()
        .asString()
        .contains("well-formed");
  }

  @ParameterizedTest
  @ValueSource(strings = {":1/a", ":65535/a", ":/a", "/a"})
  void a_port_that_can_be_is_taken(String rest) {
    assertThat(WebAddress.problem("https://img.example.com" + rest)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"63, 20, true", "64, 20, false", "61, 61, true", "61, 62, false"})
  void a_name_and_its_labels_are_bounded(int label, int last, boolean taken) {
    // Three labels of 61, and dots: a name of 253 characters with the fourth.
    String labels = last < 61 ? "" : ("b".repeat(61) + ".").repeat(2);
    String name = "a".repeat(label) + "." + labels + "c".repeat(last) + ".examp";

    assertThat(WebAddress.problem("https://" + name + "/a").isEmpty()).isEqualTo(taken);
    assertThat(WebAddress.problem("https://" + name + "./a").isEmpty()).isEqualTo(taken);
  }

  @Test
  void an_address_is_bounded() {
    assertThat(WebAddress.problem("https://img.example.com/" + "a".repeat(2_048)))
        .contains("an address of at most 2048 characters");
  }
}
