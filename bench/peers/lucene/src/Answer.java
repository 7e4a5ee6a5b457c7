import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;

/** Numbers, scores and counts in memory. */
final class Answer {
  record Count(String name, int count) {}

  long total = -1; // -1: not asked
  long[] hits;
  float[] scores;
  Map<String, List<Count>> facets;

  JsonObject toJson() {
    final JsonObject json = new JsonObject();
    json.add("total", total < 0 ? JsonNull.INSTANCE : new JsonPrimitive(total));
    if (hits != null) {
      final JsonArray all = new JsonArray();
      for (long hit : hits) all.add(hit);
      json.add("hits", all);
    }
    if (scores != null) {
      final JsonArray all = new JsonArray();
      for (float score : scores) all.add(score);
      json.add("scores", all);
    }
    if (facets != null) {
      final JsonObject fields = new JsonObject();
      facets.forEach((field, counts) -> fields.add(field, pairs(counts)));
      json.add("facets", fields);
    }
    return json;
  }

  private static JsonArray pairs(List<Count> counts) {
    final JsonArray pairs = new JsonArray();
    for (Count count : counts) {
      final JsonArray pair = new JsonArray();
      pair.add(count.name());
      pair.add(count.count());
      pairs.add(pair);
    }
    return pairs;
  }
}
