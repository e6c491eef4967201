#!/bin/sh
# One case of the package's tests, run by ctest, which says in the environment what the build knows: see CMakeLists.txt.
#   check.sh install                      installs into WORK_DIR/prefix, from where the cases below take it
#   check.sh find_package|pkg_config|add_subdirectory C|CXX shared|static    builds and runs a consumer
#   check.sh component shared|static      the same of a prefix that holds only that library
#   check.sh tools|version|soname|exported_symbols|headers_alone|headers_named
set -eu

prefix=$WORK_DIR/prefix
here=$SOURCE_DIR/tests/package

fail() {
  printf 'FAIL: %s\n' "$*" >&2
  exit 1
}

# Configures, builds and runs the consumer project: consumer <folder> <language> <shared|static> <cmake argument>...
consumer() {
  build=$WORK_DIR/$1 language=$2 kind=$3
  shift 3
  rm -rf "$build"
  "$CMAKE" -S "$here/consumer" -B "$build" -G "$GENERATOR" -DCMAKE_BUILD_TYPE="$BUILD_TYPE" -DCONSUMER_LANGUAGE="$language" "$@"
  "$CMAKE" --build "$build"
  run "$build/consumer" "$kind"
}

# Runs a consumer and looks at what it is linked with: run <program> <shared|static>
run() {
  needed=$("$READELF" -d "$1" | sed -n 's/.*(NEEDED).*\[\(libldicomnet.*\)\]/\1/p')
  case $2 in
    shared) [ "$needed" = "$SONAME" ] || fail "$1 should need $SONAME, and needs '$needed'" ;;
    static) [ -z "$needed" ] || fail "$1 should need no shared library of ours, and needs '$needed'" ;;
  esac
  "$1" || fail "$1 ended with status $?"
}

install_case() {
  rm -rf "$WORK_DIR/staging" "$prefix"
  mkdir -p "$WORK_DIR"
  # Renamed after installing: a package that names its prefix anywhere does not survive that.
  "$CMAKE" --install "$BUILD_DIR" --prefix "$WORK_DIR/staging"
  mv "$WORK_DIR/staging" "$prefix"
  for file in include/ltdic.h "$LIBDIR/libldicomnet.a" "$LIBDIR/libldicomnet.so" "$LIBDIR/$SONAME" \
    "$LIBDIR/pkgconfig/ldicomnet.pc" "$LIBDIR/cmake/LDicomNet/LDicomNetConfig.cmake" "$LIBDIR/cmake/LDicomNet/LDicomNetConfigVersion.cmake"; do
    [ -e "$prefix/$file" ] || fail "not installed: $file"
  done
  for header in $(cd "$SOURCE_DIR/include" && find . -name '*.h'); do
    cmp "$SOURCE_DIR/include/$header" "$prefix/include/$header" || fail "not installed as it is: $header"
  done
  if grep -rlF -e "$WORK_DIR" -e "$SOURCE_DIR" "$prefix/$LIBDIR/cmake" "$prefix/$LIBDIR/pkgconfig" "$prefix/include"; then
    fail "these name a folder of the machine that built them"
  fi
}

pkg_config_case() {
  language=$1 kind=$2 build=$WORK_DIR/pkg_config-$1-$2
  rm -rf "$build"
  mkdir -p "$build"
  from=$prefix how=
  if [ "$kind" = static ]; then
    # Where both libraries are, -lldicomnet means the shared one: a static consumer installs the static component.
    from=$build/prefix how=--static
    "$CMAKE" --install "$BUILD_DIR" --prefix "$from" --component devel
    "$CMAKE" --install "$BUILD_DIR" --prefix "$from" --component static
  fi
  flags=$(PKG_CONFIG_PATH=$from/$LIBDIR/pkgconfig "$PKG_CONFIG" $how --cflags --libs ldicomnet)
  printf 'flags: %s\n' "$flags"
  # The flags are words, so unquoted.
  if [ "$language" = C ]; then
    "$CC" ${CFLAGS:-} -std=c99 "$here/consumer/consumer.c" -o "$build/consumer" $flags
  else
    "$CXX" ${CXXFLAGS:-} -std=c++11 "$here/consumer/consumer.cpp" -o "$build/consumer" $flags
  fi
  LD_LIBRARY_PATH=$from/$LIBDIR
  export LD_LIBRARY_PATH
  run "$build/consumer" "$kind"
}

# A prefix with one library: the package is found, LDicomNet::LDicomNet is that one, and asking for the other fails.
component_case() {
  kind=$1 from=$WORK_DIR/component-$1
  rm -rf "$from"
  "$CMAKE" --install "$BUILD_DIR" --prefix "$from" --component devel
  "$CMAKE" --install "$BUILD_DIR" --prefix "$from" --component "$kind"
  consumer "component-$kind-default" CXX "$kind" "-DCMAKE_PREFIX_PATH=$from" -DCONSUMER_TARGET=LDicomNet
  # In a prefix that holds both, a component chooses.
  consumer "component-$kind-asked" CXX "$kind" "-DCMAKE_PREFIX_PATH=$prefix" -DCONSUMER_TARGET=LDicomNet "-DCONSUMER_COMPONENT=$kind"
  other=static
  [ "$kind" = shared ] || other=shared
  if (consumer "component-$kind-absent" CXX "$other" "-DCMAKE_PREFIX_PATH=$from" -DCONSUMER_TARGET=LDicomNet "-DCONSUMER_COMPONENT=$other"); then
    fail "find_package found the component $other, which is not installed"
  fi
}

# The installed programs find the installed library by themselves.
tools_case() {
  for tool in "$prefix"/bin/*; do
    env -u LD_LIBRARY_PATH "$tool" --help || fail "$tool --help ended with status $?"
  done
}

version_case() {
  version=$(sed -n 's/^version *= *"\(.*\)"/\1/p' "$SOURCE_DIR/Cargo.toml" | head -n 1)
  found=$(PKG_CONFIG_PATH=$prefix/$LIBDIR/pkgconfig "$PKG_CONFIG" --modversion ldicomnet)
  [ "$found" = "$version" ] || fail "the .pc file says version $found, Cargo.toml $version"
  [ -e "$prefix/$LIBDIR/libldicomnet.so.$version" ] || fail "no libldicomnet.so.$version is installed"
  consumer version CXX shared "-DCMAKE_PREFIX_PATH=$prefix" "-DCONSUMER_VERSION=$version"
  if (consumer version-next CXX shared "-DCMAKE_PREFIX_PATH=$prefix" -DCONSUMER_VERSION=999.0); then
    fail "find_package took version $version for 999.0"
  fi
}

soname_case() {
  found=$("$READELF" -d "$BUILD_DIR/lib/libldicomnet.so" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
  [ "$found" = "$SONAME" ] || fail "the soname is '$found', not '$SONAME'"
  if "$READELF" -d "$BUILD_DIR/lib/libldicomnet.so" | grep -E '\((RPATH|RUNPATH|TEXTREL)\)|STATIC_TLS'; then
    fail "a shared library to be installed has none of these"
  fi
}

exported() {
  "$NM" -D --defined-only --format=posix "$BUILD_DIR/lib/libldicomnet.so" | cut -d ' ' -f 1 | LC_ALL=C sort -u
}

exported_symbols_case() {
  work=$WORK_DIR/exported_symbols
  mkdir -p "$work"
  exported >"$work/found"
  grep -v '^#' "$here/exported_symbols.txt" | LC_ALL=C sort -u >"$work/listed"
  [ -s "$work/found" ] || fail "libldicomnet.so exports nothing"
  missing=$(LC_ALL=C comm -13 "$work/found" "$work/listed" | c++filt)
  extra=$(LC_ALL=C comm -23 "$work/found" "$work/listed" | c++filt)
  [ -z "$missing$extra" ] && return
  [ -z "$missing" ] || printf 'on the list, but not exported (programs that use them no longer start):\n%s\n' "$missing"
  [ -z "$extra" ] || printf 'exported, but not on the list:\n%s\n' "$extra"
  fail "exported symbols differ from tests/package/exported_symbols.txt; if that is meant: cmake --build build --target update_exported_symbols"
}

update_exported_symbols_case() {
  {
    printf '# What libldicomnet.so exports, by mangled name (c++filt reads it), in the order of LC_ALL=C sort.\n'
    exported
  } >"$here/exported_symbols.txt.new"
  mv "$here/exported_symbols.txt.new" "$here/exported_symbols.txt"
}

# Every public header compiles by itself, first in a file, at each level of the languages we promise.
headers_alone_case() {
  strict='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only'
  count=0
  for header in $(cd "$SOURCE_DIR/include" && find . -name '*.h'); do
    header=${header#./}
    for level in c++11 c++14 c++17 c++20; do
      printf '#include "%s"\n' "$header" | "$CXX" -x c++ -std=$level $strict -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual \
        -I "$SOURCE_DIR/include" - || fail "$header in $level"
      count=$((count + 1))
    done
  done
  for level in c99 c11 c17; do
    printf '#include "ltdic.h"\n' | "$CC" -x c -std=$level $strict -Wstrict-prototypes -I "$SOURCE_DIR/include" - || fail "ltdic.h in $level"
    count=$((count + 1))
  done
  printf '%s compilations\n' "$count"
}

# A consumer's program depends on our public headers and on no other file of ours, cxx's and the generated ones included.
headers_named_case() {
  for source in "$here/consumer/consumer.cpp" "$here/consumer/consumer.c"; do
    compiler=$CXX
    [ "${source##*.}" = cpp ] || compiler=$CC
    named=$("$compiler" -MM -I "$SOURCE_DIR/include" "$source" | tr ' \\' '\n\n' | grep -e '\.h$' -e '\.hpp$')
    printf '%s\n' "$named" | grep -qxF "$SOURCE_DIR/include/ltdic.h" || fail "$source does not name ltdic.h: this test is broken"
    stray=$(printf '%s\n' "$named" | grep -vxF "$SOURCE_DIR/include/ltdic.h" | grep -v "^$SOURCE_DIR/include/ldicomnet/[a-z_]*\.h$" || true)
    [ -z "$stray" ] || fail "$source names $stray"
  done
}

case $1 in
  install) install_case ;;
  find_package) consumer "find_package-$2-$3" "$2" "$3" "-DCMAKE_PREFIX_PATH=$prefix" "-DCONSUMER_TARGET=$3" ;;
  add_subdirectory)
    consumer "add_subdirectory-$2-$3" "$2" "$3" "-DCONSUMER_SOURCE=$SOURCE_DIR" "-DCONSUMER_TARGET=$3" \
      "-DLDICOMNET_CARGO_DIR=$CARGO_DIR" "-DLDICOMNET_CARGO_PROFILE=$CARGO_PROFILE"
    ;;
  pkg_config) pkg_config_case "$2" "$3" ;;
  component) component_case "$2" ;;
  tools | version | soname | exported_symbols | update_exported_symbols | headers_alone | headers_named) "$1_case" ;;
  *) fail "no case '$1'" ;;
esac
