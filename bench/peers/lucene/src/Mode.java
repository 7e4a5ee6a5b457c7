/** What is asked for. */
enum Mode {
  TOP10,
  TOP100,
  COUNT,
  TOP10_COUNT,
  TOP10_FACETS,
  NEWEST10;

  static Mode of(String name) {
    for (Mode mode : values()) {
      if (mode.name().toLowerCase(java.util.Locale.ROOT).equals(name)) return mode;
    }
    throw new Failure("no mode " + name);
  }
}
