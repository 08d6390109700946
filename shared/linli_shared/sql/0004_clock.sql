-- Domain time: the server's own, or in a simulation what the owner of the database has set.
create schema clock;

create table clock.simulated (
    only_row boolean     primary key default true check (only_row),
    at       timestamptz not null
);

-- A connection that does not say it is part of a simulation never looks at what was set.
create function clock.now() returns timestamptz language sql volatile
return coalesce(case when current_setting('linli.simulation', true) = 'on'
                     then (select s.at from clock.simulated s) end, clock_timestamp());

grant usage on schema clock to linli_app, linli_relay, linli_view;
grant select on clock.simulated to linli_app, linli_relay, linli_view;

do $$ begin
    if to_regnamespace('es') is not null then   -- a service that only reads has no store
        create or replace function es.now() returns timestamptz language sql volatile
        return clock.now();
    end if;
end $$;
