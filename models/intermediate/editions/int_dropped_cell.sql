-- One row per distinct cell of an edition that a newer edition of the product leaves out, while it prints
-- other children of the same member for the same month: a measure with a new name, or counties of another
-- year. It is no fact beside the new ones, which would count its people twice.
with cells as (
    select
        cells.*,
        editions.product_code,
        editions.edition_rank,
        max(editions.edition_rank) over (
            partition by editions.product_code, cells.column_type, cells.fact_key
        ) as last_edition_rank
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition_order') }} as editions on cells.report_id = editions.report_id
),

children as (
    {% for dimension in dimension_names() %}
    select
        cells.report_id,
        cells.column_type,
        cells.fact_key,
        cells.cell_id,
        cells.product_code,
        cells.edition_rank,
        cells.last_edition_rank,
        members.level as part_level,
        {{ fact_key('cells', {dimension: 'members.parent_key'}) }} as whole_fact_key
    from cells
    inner join {{ ref('int_member') }} as members
        on
            members.dimension = '{{ dimension }}'
            and members.parent_key is not null
            and cells.{{ dimension }}_key = members.member_key
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

families as (
    select
        *,
        max(edition_rank) over (
            partition by product_code, column_type, part_level, whole_fact_key
        ) as last_family_rank
    from children
)

select distinct
    report_id,
    column_type,
    fact_key,
    cell_id
from families
where last_edition_rank < last_family_rank
