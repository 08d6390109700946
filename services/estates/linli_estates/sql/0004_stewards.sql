-- How many households a building has, for a steward's load: its units, by the reservations of their
-- numbers (`<building>|<number>`).
create function estates.units_in(_estate text, _building_id text) returns bigint language plpgsql as $$
begin
    perform set_config('linli.estate', _estate, true);
    return (select count(*) from es.reservation r
             where r.scope = _estate and r.kind = 'unit_no'
               and starts_with(r.key, _building_id || '|'));
end $$;

revoke execute on function estates.units_in(text, text) from public;
grant execute on function estates.units_in(text, text) to linli_app;
