# embed.cmake: cmake -DIN=FILE -DOUT=HEADER -DNAME=name -P embed.cmake
# Writes the bytes of FILE as a C array `name`.

file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "/* Generated; do not edit. */\nstatic const unsigned char ${NAME}[] = {\n${bytes}};\n")
