-- The stream of the fact that a step follows from. (A table made from now on has it already.)
alter table if exists view.process_step_1 add column if not exists origin text not null default '';
