#!/bin/sh
# torch.sh: PyTorch walks the same path (./test.sh --full): full-batch updates in double end at the same weights and the same loss.
. tests/kit.sh
needs full torch
compare() { # compare NAME NET ACTIVATION LOSS LR [OPTIMIZER SCHEDULE OPTIONS EXTRA]
  name=$1 net=$2 activation=$3 loss=$4 lr=$5 optimizer=${6-sgd} schedule=${7-constant} options=${8-} extra=${9-}
  set -- --net "$net" --act "$activation" $(case $loss in cross-entropy:*) echo --label-smoothing "${loss#*:}" ;; *) echo --loss "$loss" ;; esac) --lr "$lr" --optimizer "$optimizer" --schedule "$schedule" --init xavier --dtype float64 --batch full --quiet --json
  # shellcheck disable=SC2086 # options and extra are words
  if ! "$DENPA" train digits:60 "$@" $options --steps 0 --out "$TMP/start" >/dev/null || ! "$DENPA" train digits:60 "$@" $options --steps 20 --out "$TMP/end" >"$TMP/report"; then
    no "$name: training"
  elif $python -W ignore tests/witness/torch_witness.py "$TMP/start" "$TMP/end" "$TMP/report" "$TMP/data" "$activation" "$loss" 20 "$lr" "$optimizer" "$schedule" $extra >"$TMP/said" 2>&1; then
    ok "$name: $(cat "$TMP/said")"
  else
    no "$name" "$(cat "$TMP/said")"
  fi
}
row=0
while [ $row -lt 60 ]; do
  "$DENPA" data show digits:60 $row --json || bad=1
  row=$((row + 1))
done >"$TMP/data"
compare sigmoid 784-20-10 sigmoid cross-entropy 0.1
compare relu 784-30-20-10 relu cross-entropy 0.05
compare tanh_mse 784-15-10 tanh mse 0.5
compare leaky_relu 784-30-20-10 leaky-relu cross-entropy 0.05
compare leaky_relu_steeper 784-20-10 leaky-relu:0.3 bce 0.5
compare elu 784-30-20-10 elu huber 0.5
compare elu_deeper 784-20-10 elu:2.5 cross-entropy 0.05
compare gelu 784-30-20-10 gelu cross-entropy 0.05
compare silu 784-30-20-10 silu sse 0.01
compare softplus 784-30-20-10 softplus bce 0.5
compare huber_nearer 784-20-10 tanh huber:0.05 1
compare mae 784-15-10 tanh mae 0.05
compare smoothed 784-30-20-10 gelu cross-entropy:0.1 0.1
# What is in the list of operations is compared, whatever it is.
for word in $(words act); do compare "list_act_$word" 784-12-8-10 "$word" cross-entropy 0.05; done
for word in $(words loss); do compare "list_loss_$word" 784-12-10 tanh "$word" 0.01; done
compare one_cycle 784-20-10 sigmoid cross-entropy 0.5 sgd one-cycle
compare adam 784-20-10 tanh cross-entropy 0.001 adam
compare adam_one_cycle 784-30-20-10 relu cross-entropy 0.005 adam one-cycle
compare adam_linear 784-15-10 sigmoid mse 0.01 adam linear
for optimizer in momentum nesterov adagrad rmsprop adamw; do
  compare $optimizer 784-20-10 tanh cross-entropy 0.01 $optimizer
done
compare weight_decay 784-20-10 relu cross-entropy 0.1 momentum constant '--weight-decay 0.05' decay=0.05
compare adam_decay 784-20-10 tanh cross-entropy 0.002 adam constant '--weight-decay 0.05' decay=0.05
compare adamw_decay 784-20-10 tanh cross-entropy 0.002 adamw constant '--weight-decay 0.3' decay=0.3
compare clip 784-20-10 sigmoid cross-entropy 0.5 nesterov constant '--clip 0.3' clip=0.3
compare clip_and_decay 784-20-10 tanh cross-entropy 0.05 nesterov linear '--clip 0.3 --weight-decay 0.01' 'clip=0.3 decay=0.01'
compare step 784-20-10 sigmoid cross-entropy 0.5 sgd step '--lr-decay-every 5'
compare exponential 784-20-10 sigmoid cross-entropy 0.5 sgd exponential '--lr-decay-every 5'
compare cosine 784-20-10 sigmoid cross-entropy 0.5 momentum cosine
compare warmup 784-20-10 sigmoid cross-entropy 0.5 sgd constant '--warmup 6' warmup=6
compare warmup_cosine 784-20-10 tanh cross-entropy 0.005 adamw cosine '--warmup 6' warmup=6
exit $bad
