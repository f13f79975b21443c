-- One row per staged report file. An edition that is there in several formats is led by the first of them;
-- the others are its witnesses. They are of one edition if product and period are the same, and the day of
-- update where both print it.
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
        obtained,
        notices
    from {{ source('staged', 'report') }}
),

ordered as (
    select
        files.report_id,
        files.product_code,
        files.period_start_date,
        files.period_end_date,
        files.updated_date,
        formats.witness_order
    from files
    inner join {{ ref('text_format') }} as formats on files.text_format = formats.text_format
),

-- The files that come before a file, the first of them first.
leads as (
    select
        witnesses.report_id,
        others.report_id as lead_report_id,
        row_number() over (
            partition by witnesses.report_id order by others.witness_order asc, others.report_id asc
        ) as lead_no
    from ordered as witnesses
    inner join ordered as others
        on
            witnesses.product_code = others.product_code
            and witnesses.period_start_date = others.period_start_date
            and witnesses.period_end_date = others.period_end_date
            and coalesce(witnesses.updated_date = others.updated_date, true)
            and witnesses.witness_order > others.witness_order
)

select
    files.*,
    leads.lead_report_id
from files
left join leads on files.report_id = leads.report_id and leads.lead_no = 1
