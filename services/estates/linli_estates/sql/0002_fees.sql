-- What an account of fees looks up: the building of a unit that is known by its id in the estate.
create function estates.building_of(_estate text, _unit_id text) returns text language plpgsql as $$
begin
    perform set_config('linli.estate', _estate, true);
    return (select e.data ->> 'building_id'
              from es.reservation r
              join es.event e on (e.estate, e.stream, e.version) = (r.estate, r.stream, 1)
             where r.scope = _estate and r.kind = 'unit_id' and r.key = _unit_id);
end $$;

revoke execute on function estates.building_of(text, text) from public;
grant execute on function estates.building_of(text, text) to linli_app;
