-- One row per staged report file. An edition that is there in several formats is led by the first of them; the
-- others are its witnesses. They are of one edition if product and period are the same, and the day of update
-- where both print it.
with files as (
    select
        report_id,
        sha256,
        source_file,
        published_date,
        product_title,
        product_code,
        cast(period_start as date) as period_start_date,
        cast(period_end as date) as period_end_date,
        cast(updated_date as date) as updated_date,
        legend_text,
        text_format,
        line_count,
        heading_line_count,
        note_line_count,
        period_line_count,
        header_line_count,
        data_line_count,
        rule_line_count,
        blank_line_count,
        fragment_line_count,
        table_count,
        fragment_count,
        cell_count,
        publisher,
        licence,
        obtained
    from {{ source('staged', 'report') }}
),

leads as (
    select
        witnesses.report_id,
        min(others.report_id) as lead_report_id
    from files as witnesses
    inner join {{ ref('text_format') }} as formats on witnesses.text_format = formats.text_format
    inner join files as others
        on
            witnesses.product_code = others.product_code
            and witnesses.period_start_date = others.period_start_date
            and witnesses.period_end_date = others.period_end_date
            and coalesce(witnesses.updated_date = others.updated_date, true)
    inner join {{ ref('text_format') }} as other_formats
        on
            others.text_format = other_formats.text_format
            and formats.witness_order > other_formats.witness_order
    where other_formats.witness_order = (
        select min(first_formats.witness_order)
        from files as firsts
        inner join {{ ref('text_format') }} as first_formats on firsts.text_format = first_formats.text_format
        where
            firsts.product_code = witnesses.product_code
            and firsts.period_start_date = witnesses.period_start_date
            and firsts.period_end_date = witnesses.period_end_date
            and coalesce(firsts.updated_date = witnesses.updated_date, true)
    )
    group by witnesses.report_id
)

select
    files.*,
    leads.lead_report_id
from files
left join leads on files.report_id = leads.report_id
