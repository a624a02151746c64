/* math.h: exp, log, tanh, sin, cos with the same bits on every machine. */
#ifndef DNP_BASE_MATH_H
#define DNP_BASE_MATH_H
/* (being written) */
double dnp_exp(double x);
double dnp_log(double x);
double dnp_tanh(double x);
double dnp_sin(double x);
double dnp_cos(double x);
float dnp_expf(float x);
float dnp_logf(float x);
float dnp_tanhf(float x);
float dnp_sinf(float x);
float dnp_cosf(float x);
#endif
