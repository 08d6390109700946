-- A person is at one post at a time, and needs time to get to another. The kernel's own constraint
-- keeps windows of kind 'person' apart; this one also keeps the way between two different posts,
-- whatever shift, visit or estate they are of. A reservation of kind 'at' has the key
-- person|post|minutes, the minutes being those it takes to get from that post to any other.
create schema volunteers;

-- Adding minutes does not depend on a time zone, so this is immutable though PostgreSQL, which
-- thinks of days and months, calls the addition stable.
create function volunteers.with_way(_key text, _during tstzrange) returns tstzrange
language sql immutable parallel safe
return tstzrange(lower(_during),
                 upper(_during) + make_interval(mins => split_part(_key, '|', 3)::int));

alter table es.reservation add constraint way_between_posts exclude using gist (
    scope with =,
    split_part(key, '|', 1) with =,                     -- the same person
    split_part(key, '|', 2) with <>,                    -- at another post
    volunteers.with_way(key, during) with &&
) where (kind = 'at');

-- Where people are between two moments, in all estates of a scope. It starts from kind 'person',
-- whose key is the person alone: under row-level security no index serves a function of a key.
create function volunteers.engaged(_scope text, _people text[], _from timestamptz,
                                   _until timestamptz)
returns table (person text, stream text, post text, way_min int, starts_at timestamptz,
               ends_at timestamptz)
language plpgsql as $$
begin
    perform set_config('linli.scopes', array[_scope]::text, true);
    return query
    select p.key, p.stream, split_part(a.key, '|', 2), split_part(a.key, '|', 3)::int,
           lower(p.during), upper(p.during)
      from unnest(_people) who
      join es.reservation p on p.scope = _scope and p.kind = 'person' and p.key = who
      join es.reservation a on a.estate = p.estate and a.stream = p.stream
       and a.scope = _scope and a.kind = 'at' and split_part(a.key, '|', 1) = p.key
     where p.during && tstzrange(_from, _until);
end $$;

revoke execute on all functions in schema volunteers from public;
grant usage on schema volunteers to linli_app;
grant execute on function volunteers.engaged to linli_app;
