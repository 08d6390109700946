-- From when on messages are sent: decided once, when sending begins for the first time.
create schema mail;

create table mail.start (
    one   boolean     primary key default true check (one),
    since timestamptz not null
);

grant usage on schema mail to linli_view;
grant select, insert on mail.start to linli_view;
