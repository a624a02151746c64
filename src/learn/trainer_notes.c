/* trainer_notes.c: what the model file of a network tells about its training: settings, updates, data, preprocessing.
 * Called by trainer.c, and by model.formats.c for a network that is saved in the middle of a training. */
#include "learn/trainer.h"

static denpa_status note_validation(const denpa_trainer *t, denpa_error *err) {
  dnp_pairs *h = &t->net->metadata;
  const size_t rows = t->dataset->split[DNP_VALIDATION].rows;
  DNP_TRY(rows > 0 ? dnp_metadata_set_size(h, "validation_rows", rows, err) : dnp_metadata_drop(h, "validation_rows"));
  DNP_TRY(t->best.steps > 0 ? dnp_metadata_set_size(h, "best_step", t->steps_before + t->best.steps, err)
                            : dnp_metadata_drop(h, "best_step"));
  return t->best.steps > 0 ? dnp_metadata_set_real(h, "best_epoch", t->epochs_before + t->best.epochs, err)
                           : dnp_metadata_drop(h, "best_epoch");
}

/* Which network this is, if the training diverged; with patience, the best one. */
static denpa_status note_end(const denpa_trainer *t, denpa_error *err) {
  dnp_pairs *h = &t->net->metadata;
  if (t->broke_off == 0) {
    DNP_TRY(dnp_metadata_drop(h, "broke_off"));
    DNP_TRY(dnp_metadata_drop(h, "kept_step"));
    return dnp_metadata_drop(h, "kept_epoch");
  }
  const dnp_best *kept = t->best.steps > 0 ? &t->best : &t->last;
  DNP_TRY(dnp_metadata_set_size(h, "broke_off", t->broke_off, err));
  DNP_TRY(dnp_metadata_set_size(h, "kept_step", t->steps_before + kept->steps, err));
  return dnp_metadata_set_real(h, "kept_epoch", t->epochs_before + kept->epochs, err);
}

/* Of data of which only the first rows were used: how many, those for validation among them. */
static denpa_status note_cut(const denpa_trainer *t, denpa_error *err) {
  const denpa_data *d = t->dataset;
  if (!d->cut) return dnp_metadata_drop(&t->net->metadata, "samples");
  return dnp_metadata_set_size(
      &t->net->metadata, "samples", d->split[DNP_TRAIN].rows + d->split[DNP_VALIDATION].rows, err);
}

denpa_status dnp_trainer_record(const denpa_trainer *t, dnp_pairs *to, denpa_error *err) {
  denpa_train_options set = t->options;
  dnp_settings_resolve(&set, t->settings.optimizer);
  set.warmup = (double)t->schedule.warmup;
  return dnp_settings_record(&set, to, err);
}

denpa_status dnp_trainer_note(const denpa_trainer *t, denpa_error *err) {
  dnp_pairs *h = &t->net->metadata;
  DNP_TRY(dnp_trainer_record(t, h, err));
  DNP_TRY(note_validation(t, err));
  DNP_TRY(note_end(t, err));
  DNP_TRY(t->continued > 0 ? dnp_metadata_set_size(h, DNP_CONTINUED, t->continued, err)
                           : dnp_metadata_drop(h, DNP_CONTINUED));
  DNP_TRY(dnp_metadata_set_size(h, "steps", t->state->steps, err));
  DNP_TRY(dnp_metadata_set_real(h, "epochs", t->state->epochs, err));
  DNP_TRY(dnp_metadata_set_size(h, "epochs_begun", t->state->epochs_begun, err));
  DNP_TRY(dnp_metadata_set(h, "data", t->dataset->name, err));
  DNP_TRY(t->dataset->of_program ? dnp_metadata_set(h, "data_source", "program", err)
                                 : dnp_metadata_drop(h, "data_source"));
  if (t->dataset->table_text != NULL) DNP_TRY(dnp_metadata_set(h, "table", t->dataset->table_text, err));
  DNP_TRY(dnp_metadata_set_size(h, "train_rows", t->dataset->split[DNP_TRAIN].rows, err));
  DNP_TRY(note_cut(t, err));
  DNP_TRY(dnp_metadata_set_classes(h, t->dataset, err));
  if (t->dataset->pictures[0] != '\0' || dnp_pairs_find(h, "pictures") != NULL)
    DNP_TRY(dnp_metadata_set(h, "pictures", t->dataset->pictures, err));
  const char *made = t->dataset->table_text != NULL               ? "table"
                     : t->dataset->split[DNP_TRAIN].pixel != NULL ? "pixel/255"
                                                                  : "none";
  return dnp_metadata_set(h, "preprocessing", made, err);
}
