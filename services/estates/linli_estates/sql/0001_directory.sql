-- What commands of the directory look up across tenants: an estate's company, and its people.
create schema estates;

-- The company that an estate is registered with: whoever holds it among all companies.
create function estates.company_of(_estate text) returns text language plpgsql as $$
begin
    perform set_config('linli.scopes', '{*}', true);
    return (select r.estate from es.reservation r
             where r.scope = '*' and r.kind = 'estate' and r.key = _estate);
end $$;

-- Which of these streams there are in the tenant of that company.
create function estates.there(_company text, _streams text[]) returns setof text
language plpgsql as $$
begin
    perform set_config('linli.estate', _company, true);
    return query select e.stream from es.event e
                  where e.estate = _company and e.stream = any (_streams) and e.version = 1;
end $$;

revoke execute on all functions in schema estates from public;
grant usage on schema estates to linli_app;
grant execute on all functions in schema estates to linli_app;
