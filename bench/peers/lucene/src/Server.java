import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers commands from standard input, one at a time. */
final class Server {
  private final Searcher searcher;
  private final String name;
  private final Map<String, QueryTree.Filtered> queries = new LinkedHashMap<>();
  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  Server(Path index, Path queriesFile, String name) throws IOException {
    this.name = name;
    searcher = new Searcher(index);
    long number = 0;
    for (String line : Files.readAllLines(queriesFile)) {
      ++number;
      try {
        final QueryTree.Filtered query = new QueryTree.Filtered(JsonParser.parseString(line).getAsJsonObject());
        queries.put(query.id, query);
      } catch (JsonParseException | IllegalStateException | NullPointerException | Failure e) {
        throw new Failure("queries, line " + number + ": not a query");
      }
    }
  }

  void serve() throws IOException {
    final JsonObject ready = new JsonObject();
    ready.addProperty("ready", true);
    ready.addProperty("engine", name);
    ready.addProperty("version", Peer.version());
    print(ready);
    final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) print(reply(line));
  }

  private void print(JsonObject object) {
    out.println(object);
    out.flush();
  }

  private JsonObject reply(String line) throws IOException {
    try {
      final JsonElement command = JsonParser.parseString(line);
      if (!command.isJsonObject()) throw new Failure("a command is a JSON object");
      final JsonObject fields = command.getAsJsonObject();
      final Mode mode = Mode.of(text(fields, "mode"));
      return switch (text(fields, "do")) {
        case "answer" -> answer(mode, text(fields, "id"));
        case "time" -> time(fields, mode);
        default -> throw new Failure("do is answer or time");
      };
    } catch (Failure e) {
      return error(e.getMessage());
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      return error("not a command: " + e.getMessage());
    }
  }

  private static JsonObject error(String message) {
    final JsonObject error = new JsonObject();
    error.addProperty("error", message);
    return error;
  }

  private static String text(JsonObject fields, String name) {
    if (!fields.has(name) || !fields.get(name).isJsonPrimitive()) throw new Failure(name + " is missing");
    return fields.get(name).getAsString();
  }

  private JsonObject answer(Mode mode, String id) throws IOException {
    final QueryTree.Filtered query = queries.get(id);
    if (query == null) throw new Failure("no query " + id);
    return searcher.answer(query, mode).toJson();
  }

  private JsonObject time(JsonObject fields, Mode mode) throws IOException {
    final String queryClass = text(fields, "class");
    final int rounds = Integer.parseInt(text(fields, "rounds"));
    final double seconds = Double.parseDouble(text(fields, "seconds"));
    final List<QueryTree.Filtered> asked =
        queries.values().stream().filter(query -> query.queryClass.equals(queryClass)).toList();
    if (asked.isEmpty()) throw new Failure("no class " + queryClass);
    final List<long[]> taken = new ArrayList<>(); // by round
    final long start = System.nanoTime();
    do {
      final long[] round = new long[asked.size()];
      for (int i = 0; i < round.length; ++i) {
        final long from = System.nanoTime();
        searcher.answer(asked.get(i), mode);
        round[i] = System.nanoTime() - from;
      }
      taken.add(round);
    } while (taken.size() < rounds && (System.nanoTime() - start) / 1e9 < seconds);
    final JsonArray ids = new JsonArray();
    final JsonArray medians = new JsonArray();
    for (int i = 0; i < asked.size(); ++i) {
      final int at = i;
      final long[] each = taken.stream().mapToLong(round -> round[at]).toArray();
      Arrays.sort(each);
      ids.add(asked.get(i).id);
      medians.add((each[(each.length - 1) / 2] + each[each.length / 2]) / 2);
    }
    final JsonObject reply = new JsonObject();
    reply.addProperty("rounds", taken.size());
    reply.add("ids", ids);
    reply.add("ns", medians);
    return reply;
  }
}
