-- The cells of the checks that the printed children of a member add up to it, in one month and for one member
-- of every other dimension. Parts and whole are those of the newest edition of a product that prints parts.
with rules as (
    select
        rule_code,
        coalesce(from_month_key, 0) as from_month_key
    from {{ ref('consistency_rule') }}
    where rule_type = 'sum'
),

monthly as (
    select *
    from {{ ref('int_product_cell') }}
    where column_type = 'month'
),

children as (
    {% for dimension in dimension_names() %}
    select
        members.level as part_level,
        {{ fact_key('monthly', {dimension: 'members.parent_key'}) }} as whole_fact_key,
        monthly.product_code,
        monthly.edition_order,
        monthly.report_id,
        monthly.month_key,
        monthly.fact_key,
        monthly.cell_id,
        monthly.participants_min,
        monthly.participants_max
    from monthly
    inner join {{ ref('int_member') }} as members
        on
            members.dimension = '{{ dimension }}'
            and members.parent_key is not null
            and monthly.{{ dimension }}_key = members.member_key
            {% if dimension == 'tiltak' %}
            -- What a product is about is its own total: it prints no other parts of a larger one.
            and monthly.tiltak_key <> monthly.scope_tiltak_key
            {% endif %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

ranked as (
    select
        *,
        rank() over (
            partition by part_level, product_code, whole_fact_key
            order by edition_order desc
        ) as edition_rank
    from children
),

parts as (
    select
        rules.rule_code,
        rules.rule_code || ':' || newest.part_level || ':' || newest.product_code || ':'
        || newest.whole_fact_key as check_key,
        newest.part_level,
        newest.whole_fact_key,
        newest.report_id,
        newest.month_key,
        newest.fact_key,
        newest.cell_id,
        newest.participants_min,
        newest.participants_max
    from ranked as newest
    inner join rules on newest.month_key >= rules.from_month_key
    where newest.edition_rank = 1
),

checks as (
    select distinct
        rule_code,
        check_key,
        part_level,
        whole_fact_key,
        report_id
    from parts
)

select
    rule_code,
    check_key,
    part_level,
    'part' as term_role,
    'month' as column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from parts
union all
select
    checks.rule_code,
    checks.check_key,
    checks.part_level,
    'whole' as term_role,
    'month' as column_type,
    checks.whole_fact_key,
    wholes.report_id,
    wholes.month_key,
    wholes.fact_key,
    wholes.cell_id,
    wholes.participants_min,
    wholes.participants_max
from checks
inner join monthly as wholes
    on checks.report_id = wholes.report_id and checks.whole_fact_key = wholes.fact_key
