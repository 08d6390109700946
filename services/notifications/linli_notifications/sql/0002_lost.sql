-- Operators ask how many messages were lost lately, and shall not read every fact for the answer.
create index lost on es.event (recorded_at)
 where type = 'linli.notifications.DeadLettered.v1';
