-- Up to when what was read is complete: a watermark's moment, once its position was reached.
alter table view.progress add column complete_at timestamptz;
