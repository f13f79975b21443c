-- One row per distinct cell of an edition with what may be shown of it, and from when until when it was the
-- newest known. A number that the newest edition that prints it hides is withheld in the older ones too,
-- also where a still newer one dropped the cell. Its bounds must hold it and say nothing of it, whatever
-- it was: none is larger than the largest number beside it that is shown.
with printed as (
    select
        cells.*,
        editions.known_from_date,
        editions.known_from_basis,
        newer_editions.known_from_date as known_to_date,
        first_value(cells.participants_max) over newest_first as newest_max,
        first_value(cells.value_status) over newest_first as newest_status
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
    left join {{ ref('int_edition_pair') }} as pairs on cells.cell_id = pairs.cell_id
    left join {{ ref('int_edition') }} as newer_editions on pairs.newer_report_id = newer_editions.report_id
    window newest_first as (
        partition by cells.column_type, cells.fact_key
        order by editions.edition_order desc
    )
),

cells as (
    select
        *,
        newest_status = 'suppressed' and value_status <> 'suppressed' as is_withheld
    from printed
),

bounded as (
    select
        *,
        greatest(
            newest_max,
            coalesce(
                max(case when not is_withheld then participants_max end) over (
                    partition by report_id, column_type, month_key
                ),
                newest_max
            )
        ) as withheld_max
    from cells
)

select
    report_id,
    column_type,
    fact_key,
    month_key,
    {% for dimension in dimension_names() %}
    {{ dimension }}_key,
    {% endfor %}
    breakdown_key,
    case when not is_withheld then participants end as participants,
    case when is_withheld then 0 else participants_min end as participants_min,
    case when is_withheld then withheld_max else participants_max end as participants_max,
    case when is_withheld then 'withheld' else value_status end as value_status,
    known_from_date,
    known_from_basis,
    known_to_date,
    cell_id
from bounded
