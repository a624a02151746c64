/* predict_threads.c: one network answers several threads at once, and each gets the bits that it would get alone.
 *   cc predict_threads.c $(pkg-config --cflags --libs denpa) -pthread -o predict_threads && ./predict_threads */
#include <denpa/denpa.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, ROWS = 100, CLASSES = 10 };

typedef struct job {
  const denpa_net *net; /* constant: nobody trains it meanwhile */
  const denpa_data *data;
  double y[ROWS][CLASSES];
  denpa_error err;
} job;

static void *answer(void *context) {
  job *j = context;
  for (size_t i = 0; i < ROWS; i++)
    if (denpa_net_predict(j->net, 1, DENPA_DTYPE_UINT8, denpa_data_pixels(j->data, DENPA_SPLIT_TEST, i), j->y[i], NULL,
            &j->err) != DENPA_OK)
      break;
  return NULL;
}

int main(void) {
  static job jobs[THREADS];
  pthread_t thread[THREADS];
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  int wrong = 0;
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.epochs = 2;
  if (denpa_data_digits(&data, 600, 1, &err) || denpa_net_create(&net, "784-50-10", NULL, &err) ||
      denpa_train(net, data, &options, NULL, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    return 1;
  }
  for (int i = 0; i < THREADS; i++) {
    jobs[i] = (job){.net = net, .data = data};
    if (pthread_create(&thread[i], NULL, answer, &jobs[i]) != 0) return 1;
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(thread[i], NULL);
    wrong += jobs[i].err.status != DENPA_OK || memcmp(jobs[i].y, jobs[0].y, sizeof jobs[i].y) != 0;
  }
  printf("%d threads, %d answers each, %d threads with other bits than the first\n", THREADS, ROWS, wrong);
  denpa_net_free(net);
  denpa_data_free(data);
  return wrong != 0;
}
