#!/bin/sh
# Installs Lucene and its peer program into a folder: install.sh DEST leaves DEST/lucene and DEST/lucene-sorted.
# Wants Maven, and Java 21 or newer with the vector module; where there is no such Java (JAVA_HOME, then the path), a
# runtime is taken out of a wheel from PyPI.
set -u

cannot() {
  echo "lucene: $1" >&2
  exit 3
}

[ $# -eq 1 ] || { echo "usage: install.sh DEST" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && dest=$(cd "$1" && pwd) || cannot "cannot make the folder $1"
log="$dest/install.log"
: > "$log"

# A JVM that knows the vector module and is new enough for Lucene 10.
fits() {
  [ -x "$1" ] && "$1" --add-modules jdk.incubator.vector --version 2>/dev/null |
    awk 'NR == 1 { split($2, v, "."); exit !(v[1] >= 21) }'
}

java=
for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java)" "$dest/java/bin/java"; do
  if fits "$candidate"; then java=$candidate; break; fi
done
if [ -z "$java" ]; then
  # A database that carries its own trimmed JRE 25, with the vector module.
  wheel=arcadedb-embedded==26.10.2.post1
  python3 -m pip download --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_34_x86_64 \
    -d "$dest/wheel" "$wheel" >> "$log" 2>&1 || cannot "no Java 21 here, and pip cannot fetch $wheel"
  rm -rf "$dest/java" "$dest/unpacked"
  python3 -m zipfile -e "$dest"/wheel/*.whl "$dest/unpacked" >> "$log" 2>&1 || cannot "cannot unpack $wheel"
  mv "$dest/unpacked/arcadedb_embedded/jre" "$dest/java" || cannot "$wheel holds no JRE"
  rm -rf "$dest/unpacked" "$dest/wheel"
  chmod +x "$dest"/java/bin/* "$dest"/java/lib/jspawnhelper
  java="$dest/java/bin/java"
  fits "$java" || cannot "the Java of $wheel does not run here"
fi

command -v mvn > /dev/null || cannot "Maven (mvn) is missing"
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dest/jars" \
  >> "$log" 2>&1 || cannot "Maven cannot fetch the jars, see $log"

rm -rf "$dest/classes"
jars=$(printf '%s:' "$dest"/jars/*.jar)
"$java" -jar "$dest"/jars/ecj-*.jar -proc:none -source 21 -target 21 -cp "$jars" -d "$dest/classes" "$here"/src \
  >> "$log" 2>&1 || cannot "the compiler fails, see $log"

for name in lucene lucene-sorted; do
  [ "$name" = lucene ] && option= || option=--sorted
  cat > "$dest/$name" <<END
#!/bin/sh
exec "$java" -Xms1g -Xmx3g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \\
  -cp "$dest/classes:$dest/jars/*" Peer $option "\$@"
END
  chmod +x "$dest/$name"
done
