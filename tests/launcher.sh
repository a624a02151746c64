#!/bin/sh
# launcher.sh: stands before the compiler (CMAKE_C_COMPILER_LAUNCHER="PATH OF THIS;OBJECTS") in tests that build denpa once more, and takes the
# object that the tested build made of the same source instead of making it again. OBJECTS holds the folders denpa_room_*.dir whose objects
# are the same there; a source that has changed since is compiled, and so is every other one. Called by tests/command/*.sh.
objects=$1 before= object= source=
shift
for word; do
  case $before in -o) object=$word ;; -c) source=$word ;; esac
  before=$word
done
have=$objects/${object#CMakeFiles/}
case $object in
  CMakeFiles/denpa_room_*) [ ! -f "$have" ] || [ "$source" -nt "$have" ] || { cp "$have" "$object" && exit 0; } ;;
esac
exec "$@"
