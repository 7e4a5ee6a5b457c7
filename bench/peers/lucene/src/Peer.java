import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.util.Version;

/**
 * Lucene, as the protocol of the peers wants it. With --sorted as the first argument the index is kept in the order of
 * time, newest first, so that a search for the newest ends early.
 */
public final class Peer {
  private static final String USAGE =
      "usage: build --documents FILE --index DIR [--threads N] [--memory-mb N] | serve --index DIR --queries FILE";

  // Lucene tells at each start which kind of memory and vectors it uses. A logger that nobody holds forgets its level.
  private static final Logger LUCENE_LOG = Logger.getLogger("org.apache.lucene");

  public static void main(String[] arguments) {
    LUCENE_LOG.setLevel(Level.SEVERE);
    try {
      run(arguments);
    } catch (Failure e) {
      fail(e.getMessage());
    } catch (IOException | RuntimeException e) {
      fail(e.toString());
    }
  }

  static String name(boolean sorted) {
    return sorted ? "lucene-sorted" : "lucene";
  }

  static String version() {
    return Version.LATEST.toString();
  }

  private static void run(String[] arguments) throws IOException {
    int at = 0;
    final boolean sorted = arguments.length > 0 && arguments[0].equals("--sorted");
    if (sorted) ++at;
    if (at >= arguments.length) throw new Failure(USAGE);
    final String command = arguments[at++];
    final Map<String, String> options = new HashMap<>();
    for (; at + 1 < arguments.length; at += 2) options.put(arguments[at], arguments[at + 1]);
    if (at != arguments.length) throw new Failure(USAGE);
    if (command.equals("build")) {
      System.out.println(new Builder(new Builder.Options(
          path(options, "--documents"), path(options, "--index"), number(options, "--threads", 1),
          number(options, "--memory-mb", 512), sorted)).build());
    } else if (command.equals("serve")) {
      new Server(path(options, "--index"), path(options, "--queries"), name(sorted)).serve();
    } else {
      throw new Failure(USAGE);
    }
  }

  private static Path path(Map<String, String> options, String name) {
    if (!options.containsKey(name)) throw new Failure(name + " is missing; " + USAGE);
    return Path.of(options.get(name));
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    try {
      final int number = Integer.parseInt(options.getOrDefault(name, String.valueOf(otherwise)));
      if (number > 0) return number;
    } catch (NumberFormatException e) {
      // told below
    }
    throw new Failure(name + " must be a number above zero");
  }

  private static void fail(String message) {
    System.err.println("lucene: " + message.replace('\n', ' '));
    System.exit(1);
  }
}
