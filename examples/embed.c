/* embed.c: a network in a program of one's own: data, training, measuring, one prediction.
 *   cc embed.c $(pkg-config --cflags --libs denpa) -o embed && ./embed */
#include <denpa/denpa.h>
#include <stdio.h>

int main(void) {
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  denpa_train_options options = denpa_train_options_default();
  double loss, accuracy;
  int32_t digit;
  options.lr = 1;
  options.epochs = 10;

  if (denpa_data_digits(&data, 3000, 1, &err) || /* 3000 samples for training, 500 for testing; seed 1 */
      denpa_net_create(&net, "784-50-10", NULL, &err) || denpa_train(net, data, &options, NULL, &err) ||
      denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, &loss, &accuracy, &err) ||
      denpa_net_predict(net, 1, DENPA_DTYPE_UINT8, denpa_data_pixels(data, DENPA_SPLIT_TEST, 0), NULL, &digit, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("test loss %.4f, accuracy %.4f\n", loss, accuracy);
    printf("test sample 0: label %d, the network says %d\n", denpa_data_label(data, DENPA_SPLIT_TEST, 0), (int)digit);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
