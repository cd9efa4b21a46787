package dev.backlot.http;

import java.util.regex.Pattern;

/** Writes HTML; every text that is not markup goes through here. */
final class Html {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern PARAGRAPH = Pattern.compile("\\n\\s*\\n");

  private Html() {}

  static String escape(Object text) {
    return String.valueOf(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String code(Object text) {
    return "<code>" + escape(text) + "</code>";
  }

  static String link(String to, String text) {
    return "<a href=\"" + escape(to) + "\">" + escape(text) + "</a>";
  }

  /** The little Markdown that the contract uses: code and paragraphs. */
  static String paragraphs(String markdown) {
    StringBuilder out = new StringBuilder();
    for (String paragraph : PARAGRAPH.split(markdown.strip())) {
      if (!paragraph.isBlank()) {
        out.append("<p>").append(inline(paragraph)).append("</p>\n");
      }
    }
    return out.toString();
  }

  static String inline(String markdown) {
    return CODE.matcher(escape(markdown.strip())).replaceAll("<code>$1</code>");
  }

  /** A table whose first column heads its rows. Cells are HTML. */
  static void row(StringBuilder out, String first, String... cells) {
    out.append("<tr><th scope=\"row\">").append(first).append("</th>");
    for (String cell : cells) {
      out.append("<td>").append(cell).append("</td>");
    }
    out.append("</tr>\n");
  }

  static void openTable(StringBuilder out, String caption, String... heads) {
    out.append("<div class=\"wide\"><table><caption>").append(escape(caption));
    out.append("</caption><thead><tr>");
    for (String head : heads) {
      out.append("<th scope=\"col\">").append(escape(head)).append("</th>");
    }
    out.append("</tr></thead><tbody>\n");
  }

  static void closeTable(StringBuilder out) {
    out.append("</tbody></table></div>\n");
  }
}
