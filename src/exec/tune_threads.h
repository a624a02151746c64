/* tune_threads.h: how many threads are worth having, found by measuring (`--threads auto`). The number changes no bit
 * of a result, so it may change at any time. */
#ifndef DNP_EXEC_TUNE_THREADS_H
#define DNP_EXEC_TUNE_THREADS_H

#define DNP_TUNE_LEVELS 12 /* 1, 2, 4 ... threads, at most 1024, and all there are */

/* One of 1, 2, 4, ... threads is at home; now and then the neighbours are tried. All times in seconds. */
typedef struct dnp_tuner {
  int most;                     /* threads there are */
  int home, trying;             /* levels; equal while nothing is being tried */
  double cost[DNP_TUNE_LEVELS]; /* of one row, as last measured; 0: unknown */
  double seconds, rows;         /* measured at `trying` since the last verdict */
  double since;                 /* spent at home since the last try */
  double patience;              /* at home before the next try: doubles with each try that was no use */
  int direction;                /* of the next try: 1 to more threads, -1 to fewer */
} dnp_tuner;

/* `most` threads there are, `start` (1 .. most) to begin with. */
void dnp_tune_start(dnp_tuner *tuner, int most, int start);
/* How many threads to use for the next run. */
int dnp_tune_threads(const dnp_tuner *tuner);
/* What a run with them took. */
void dnp_tune_note(dnp_tuner *tuner, double seconds, double rows);

#endif
