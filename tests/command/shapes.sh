#!/bin/sh
# shapes.sh: a shape that is refused is compared with the one that is wanted: transposed, other axes, flattened; in words, and drawn in lines that fit a narrow terminal.
. tests/kit.sh
needs python
cd "$TMP" || exit 1
# file NAME ARRAY=AxB...: zeros as safetensors
cat >file.py <<'EOF'
import json, math, struct, sys
head, at = {}, 0
for word in sys.argv[2:]:
    name, sizes = word.split("=")
    shape = [int(n) for n in sizes.split("x")]
    head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + 4 * math.prod(shape)]}
    at += 4 * math.prod(shape)
text = json.dumps(head).encode()
open(sys.argv[1], "wb").write(struct.pack("<Q", len(text)) + text + bytes(at))
EOF
file() { $python file.py "$@"; }
# told NAME WORDS ARGUMENTS...: refused, with these words, and a drawing of ASCII in lines of at most 40 cells
told() {
  name=$1 words=$2
  shift 2
  refused "$name" 2 "$words" "$@"
  sed -n '/^  given/,$p' "$TMP/err" >drawn
  [ "$(wc -l <drawn)" -ge 6 ] && ! grep -q '.\{41\}' drawn && ! LC_ALL=C grep -q '[^ -~]' drawn && ok "drawn_$name" || no "drawn_$name" "$(cat "$TMP/err")"
}
file pytorch.safetensors W1=50x784 b1=50 W2=10x50 b2=10
told all_transposed '(10, 50) is (50, 10) transposed: rows and columns have changed places.' eval pytorch.safetensors digits:60
cat >wanted <<'EOF'
  given               wanted
  (50, 784)           (784, 50)
             784               50
        +----------+        +-----+
     50 |          |        |     |
        |          |        |     |
        +----------+    784 |     |
                            |     |
                            |     |
                            +-----+
EOF
told transposed_first 'Write W1.T into the file (NumPy).' eval pytorch.safetensors digits:60 --net 784-50-10
same the_drawing wanted drawn
file one.safetensors W1=784x50 b1=50 W2=10x50 b2=10
told second_transposed 'Write W2.T into the file' info one.safetensors
file first.safetensors W1=50x784 b1=50 W2=50x10 b2=10
told first_transposed 'Write W1.T into the file' info first.safetensors
file single.safetensors W1=10x784 b1=784
told ends_exchanged '(10, 784) is (784, 10) transposed' eval single.safetensors digits:60
file bias.safetensors W1=784x10 b1=1x10
told another_axis 'b1.reshape(10,) into the file' eval bias.safetensors digits:60
file flat.safetensors W1=4x25 b1=4 W2=576x10 b2=10
told flattened_filters 'Write W1.reshape(4, 1, 5, 5) into the file' eval flat.safetensors digits:60 --net 'input 1x28x28, conv 4 5x5, relu, maxpool 2, dense 10'
file keras.safetensors W1=5x5x1x4 b1=4 W2=576x10 b2=10
told order_of_axes 'Write W1.transpose(3, 2, 0, 1) into the file' eval keras.safetensors digits:60 --net 'input 1x28x28, conv 4 5x5, relu, maxpool 2, dense 10'
told a_whole_picture '784 = 28 x 28, flattened: a row is a whole picture. A network for it begins with 784.' train digits:60 --net 28-10
told channels_last '(28, 28, 1) is (1, 28, 28) with its axes in another order.' train digits:60 --net 'input 28x28x1, conv 4 5x5, dense 10'
"$DENPA" train digits:60 --net 784-50-10 --steps 0 --out m.safetensors --quiet >out 2>err
file own.safetensors W1=8x784 b1=784 W2=784x10 b2=10
told from '(8, 784) is (784, 8) transposed' train digits:60 --from own.safetensors --net 784-8-3
# what has nothing in common is not drawn
file other.safetensors W1=784x40 b1=40 W2=40x10 b2=10
refused unlike 2 'W1 has the shape (784, 40), but the network 784-50-10 needs (784, 50)' eval other.safetensors digits:60 --net 784-50-10
lacks unlike_is_not_drawn given "$TMP/err"
refused no_square 2 'takes 30 numbers' train digits:60 --net 30-10
lacks no_square_is_not_drawn given "$TMP/err"
"$DENPA" eval pytorch.safetensors digits:60 --json --lang en >out 2>err
has for_programs 'rows and columns have changed places' out
"$DENPA" eval pytorch.safetensors digits:60 --lang ja >out 2>err
has in_japanese '行と列が入れ替わっています' err
has drawn_in_japanese '渡された形          必要な形' err
exit $bad
