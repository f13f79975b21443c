-- Fails for each edition whose title names a level that none of its tables is split by, such as counties: its
-- tables are lost, or the title is another product's.
with titles as (
    select
        report_id,
        product_code,
        {{ normalise_label('product_title') }} as title
    from {{ ref('stg_report') }}
),

promised as (
    select
        titles.report_id,
        titles.product_code,
        levels.level,
        levels.breakdown_code
    from titles
    inner join {{ ref('dimension') }} as levels
        on
            instr(
                ' ' || replace(substr(titles.title, instr(titles.title, '. ') + 2), '.', ' ') || ' ',
                ' ' || {{ normalise_label('levels.name') }} || ' '
            ) > 0
)

select
    promised.report_id,
    promised.product_code,
    promised.level
from promised
where
    not exists (
        select 1
        from {{ ref('int_cell') }} as cells
        where
            cells.report_id = promised.report_id
            and instr('.' || cells.breakdown_key || '.', '.' || promised.breakdown_code || '.') > 0
    )
