-- Fails for each label of a region that is not, with or without the code, a name of the region it leads to,
-- and for each name of a region that no label has. A name in several languages begins with the Norwegian one;
-- NAV has printed it without hyphens, too. Of a misread or former name only the code can be compared.
with printed as (
    select
        label,
        member_code,
        kind,
        case when {{ matches_pattern('label', '[0-9]{2} .*') }} then substr(label, 1, 2) end as code,
        case when {{ matches_pattern('label', '[0-9]{2} .*') }} then substr(label, 4) else label end as words
    from {{ ref('label_region') }}
),

names as (
    select
        region_code,
        region_type,
        {{ normalise_label('name') }} as name,
        {{ normalise_label('official_name') }} as official_name
    from {{ ref('region') }}
    where level <> 'total'
),

wanted as (
    select
        region_code,
        name as label
    from names
    union
    select
        region_code,
        official_name as label
    from names
    union
    select
        region_code,
        region_code || ' ' || name as label
    from names
    where region_type = 'county'
)

select
    'label' as found_in,
    printed.label,
    printed.member_code
from printed
where
    printed.code <> printed.member_code
    or (
        printed.kind in ('official', 'variant')
        and not exists (
            select 1
            from names
            where
                names.region_code = printed.member_code
                and (
                    printed.words = names.name
                    or substr(printed.words, 1, length(names.name) + 3) = names.name || ' - '
                    or printed.words = replace(names.official_name, ' - ', ' ')
                )
        )
    )
union all
select
    'region' as found_in,
    wanted.label,
    wanted.region_code as member_code
from wanted
left join printed on wanted.region_code = printed.member_code and wanted.label = printed.label
where printed.label is null
