package dev.backlot.webhook;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Follows a log by webhooks, over real HTTP: what it has goes into a database of its own, from
 * which a node makes deliveries to a receiver. One at a time, or only the events of each job would
 * be in order.
 */
public final class WebhookFollower implements AutoCloseable {
  private final Supplier<List<Event>> log;
  private final Installation installation;
  private final Receiver receiver;
  private long copied;

  /**
   * @param log all of it so far
   * @param from position of the last event that is not told
   */
  public WebhookFollower(Supplier<List<Event>> log, TenantId tenant, long from) throws Exception {
    this.log = log;
    this.copied = from;
    this.installation = new Installation(TestWebhooks.config().atOnce(4, 1).build(), tenant);
    this.receiver = Receiver.start(installation.vertx);
    installation.newSecret();
    for (String position : List.of("webhook_position", "webhook_job_position")) {
      installation.store.database.execute("UPDATE " + position + " SET position = " + from);
    }
    installation.lastingNode("one");
  }

  public void followTenant(Set<String> events) {
    installation.endpoint(receiver.url(), events.toArray(new String[0]));
  }

  public void followJobs(Set<JobId> jobs, Set<String> events) throws Exception {
    EndpointId address = installation.addressOfJobs(receiver.url());
    for (JobId job : jobs) {
      installation.store.database.execute(
          "INSERT INTO job_webhook (job_id, tenant_id, endpoint_id, events) VALUES ('%s', '%s', '%s', '{%s}')"
              .formatted(job, installation.tenant, address, String.join(",", events)));
    }
  }

  /** Waits for the next message. */
  public JsonObject next() {
    try {
      copy(log.get().stream().filter(event -> event.position() > copied).toList());
      return receiver.next().json();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private void copy(List<Event> page) {
    if (page.isEmpty()) {
      return;
    }
    installation.store.database.execute(
        "INSERT INTO event (position, tenant_id, job_id, batch_id, job_version, type, at, data)"
            + " OVERRIDING SYSTEM VALUE VALUES "
            + page.stream().map(WebhookFollower::values).collect(Collectors.joining(",")));
    copied = page.get(page.size() - 1).position();
  }

  private static String values(Event event) {
    return "(%d, '%s', '%s', %s, %d, '%s', '%s', '%s')"
        .formatted(
            event.position(),
            event.tenant(),
            event.job(),
            event.batch() == null ? "NULL" : "'" + event.batch() + "'",
            event.jobVersion(),
            event.type(),
            event.at(),
            event.data());
  }

  @Override
  public void close() throws Exception {
    receiver.close();
    installation.close();
  }
}
