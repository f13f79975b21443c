-- One row per edition, month and two members of one dimension: how far they are to each other as in the
-- nearest edition on record, from -1 (as if exchanged) to 1, over everything that they are divided by. Each
-- division gives the logarithm of one member over the other, as printed and as on record; where they differ
-- by less than the noise, they say little.
with bounds as (
    select
        noise,
        smallest_figure
    from {{ ref('plausibility') }}
    where plausibility_code = 'MEMBERS_EXCHANGED'
),

cells as (
    select plain.*
    from {{ ref('int_plain_cell') }} as plain
    cross join bounds
    where plain.figure >= bounds.smallest_figure and plain.reference_figure >= bounds.smallest_figure
),

pairs as (
    {% for dimension in dimension_names() %}
    select
        '{{ dimension }}' as dimension,
        one.report_id,
        one.month_key,
        one.{{ dimension }}_key as member_key,
        other.{{ dimension }}_key as other_member_key,
        ln(one.figure / other.figure) as printed_difference,
        ln(one.reference_figure / other.reference_figure) as known_difference
    from cells as one
    inner join {{ ref('int_member') }} as members
        on
            members.dimension = '{{ dimension }}'
            and one.{{ dimension }}_key = members.member_key
            and members.level_no = 1
    inner join cells as other
        on
            one.report_id = other.report_id
            and one.month_key = other.month_key
            and one.{{ dimension }}_key < other.{{ dimension }}_key
            {% for kept in dimension_names() if kept != dimension %}
            and one.{{ kept }}_key = other.{{ kept }}_key
            {% endfor %}
    inner join {{ ref('int_member') }} as other_members
        on
            other_members.dimension = '{{ dimension }}'
            and other.{{ dimension }}_key = other_members.member_key
            and other_members.level_no = 1
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

summed as (
    select
        pairs.dimension,
        pairs.report_id,
        pairs.month_key,
        pairs.member_key,
        pairs.other_member_key,
        avg(pairs.printed_difference) as printed_difference,
        avg(pairs.known_difference) as known_difference,
        sum(pairs.printed_difference * pairs.known_difference) as together,
        sqrt(sum(pairs.printed_difference * pairs.printed_difference))
        * sqrt(sum(pairs.known_difference * pairs.known_difference)) as most,
        count(*) * min(bounds.noise * bounds.noise) as noise
    from pairs
    cross join bounds
    group by
        pairs.dimension,
        pairs.report_id,
        pairs.month_key,
        pairs.member_key,
        pairs.other_member_key
)

select
    'MEMBERS_EXCHANGED' as plausibility_code,
    report_id,
    month_key,
    cast(null as integer) as table_no,
    cast(null as string) as cell_id,
    dimension || ' ' || member_key || ' and ' || other_member_key as concerns,
    exp(printed_difference) as seen,
    exp(known_difference) as expected,
    together / (most + noise) as measured
from summed
