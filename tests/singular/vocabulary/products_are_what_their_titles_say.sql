-- Fails for each product whose code, NAV's code or scope its title does not say, whose totals name measures
-- at another level than the one below its scope, or whose unit is not that of its statistic; and for each
-- beginning of a title of another statistic that does not name it.
with products as (
    select
        products.product_code,
        products.nav_code,
        products.unit_code,
        products.slice_tiltak_level,
        {{ normalise_label('products.product_title') }} as title,
        {{ normalise_label('nodes.name') }} as scope_name,
        nodes.level as scope_level,
        statistics.unit_code as unit_of_statistic
    from {{ ref('product') }} as products
    left join {{ ref('statistic') }} as statistics on products.statistic_code = statistics.statistic_code
    left join {{ ref('tiltak') }} as nodes on products.scope_tiltak_key = nodes.tiltak_key
),

-- What the title splits by is after its first sentence.
subjects as (
    select
        product_code,
        ' ' || replace(substr(title, instr(title, '. ') + 2), '.', ' ') || ' ' as subject
    from products
),

unnamed as (
    select subjects.product_code
    from subjects
    inner join {{ ref('dimension') }} as levels
        on instr(subjects.subject, ' ' || {{ normalise_label('levels.name') }} || ' ') > 0
    where
        instr(
            '_' || lower(subjects.product_code) || '_', '_' || {{ normalise_label('levels.name') }} || '_'
        ) = 0
),

other_statistics as (
    select
        title_start,
        nav_code,
        {{ normalise_label('name') }} as name,
        count(*) over (partition by name) as title_count,
        count(*) over (partition by name, substr(nav_code, 1, 2)) as kin_count
    from {{ ref('other_statistic') }}
)

select product_code as found_in
from products
where
    title not like '%' || replace(lower(product_code), '_', '%') || '%'
    or (nav_code is null) = {{ matches_pattern('title', '[a-z]+[0-9]+ .*') }}
    or (nav_code is not null and substr(title, 1, length(nav_code) + 1) <> lower(nav_code) || ' ')
    or not coalesce(scope_level = 'total' and slice_tiltak_level = 'tiltaksgruppe', false)
    and not coalesce(
        scope_level in ('tiltaksgruppe', 'tiltakssamling')
        and slice_tiltak_level = 'tiltak' and instr(title, scope_name) > 0,
        false
    )
    or not coalesce(unit_code = unit_of_statistic, false)
union all
select product_code as found_in
from unnamed
union all
select title_start as found_in
from other_statistics
where
    title_start not in (name || '.', lower(nav_code) || ' ' || name || '.')
    or kin_count <> title_count
