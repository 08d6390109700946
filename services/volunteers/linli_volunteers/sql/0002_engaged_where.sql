-- As in 0001, and of which estate each is: what an engagement is stays within its own.
drop function volunteers.engaged;

create function volunteers.engaged(_scope text, _people text[], _from timestamptz,
                                   _until timestamptz)
returns table (person text, estate text, stream text, post text, way_min int,
               starts_at timestamptz, ends_at timestamptz)
language plpgsql as $$
begin
    perform set_config('linli.scopes', array[_scope]::text, true);
    return query
    select p.key, p.estate, p.stream, split_part(a.key, '|', 2), split_part(a.key, '|', 3)::int,
           lower(p.during), upper(p.during)
      from unnest(_people) who
      join es.reservation p on p.scope = _scope and p.kind = 'person' and p.key = who
      join es.reservation a on a.estate = p.estate and a.stream = p.stream
       and a.scope = _scope and a.kind = 'at' and split_part(a.key, '|', 1) = p.key
     where p.during && tstzrange(_from, _until);
end $$;

revoke execute on all functions in schema volunteers from public;
grant execute on function volunteers.engaged to linli_app;
