-- Start file for the DuckDB shell: opens the published warehouse read-only, with a few macros for everyday
-- questions. From the project's folder:
--
--     duckdb -init bi/duckdb/tiltak.sql
--
-- All macros are of this session alone: nothing is written to the warehouse. Numbers are stocks at the end of
-- a month: never add up months. To add up within a month, add participants_min and participants_max.

attach 'warehouse/tiltak.duckdb' as tiltak (read_only);

use tiltak;

-- Everybody on a measure, by hovedgruppe, in the last month that each population is printed.
create or replace temp macro latest() as table
    with months as (
        select
            scope_tiltak_key,
            max(month_key) as month_key
        from mart_participants_by_hovedgruppe
        group by scope_tiltak_key
    )

    select
        cells.month_date,
        cells.scope_name,
        cells.hovedgruppe_name,
        cells.participants,
        cells.participants_min,
        cells.participants_max,
        cells.fact_key
    from mart_participants_by_hovedgruppe as cells
    inner join months
        on cells.month_key = months.month_key and cells.scope_tiltak_key = months.scope_tiltak_key
    order by cells.month_date, cells.scope_name, cells.hovedgruppe_sort_order;

-- Participants by county on the counties of one structure: '2017', '2018', '2019', '2020' or '2024'.
create or replace temp macro participants_on(structure) as table
    select
        month_date,
        hovedgruppe_name,
        tiltak_name,
        region_name,
        participants,
        participants_min,
        participants_max,
        participants_estimate,
        derivation,
        month_key,
        hovedgruppe_key,
        tiltak_key,
        region_key
    from mart_participants_by_county_structure
    where structure_key = structure
    order by month_date, tiltak_key, hovedgruppe_key, region_sort_order;

-- One tiltaksgruppe or tiltak month by month, by its code: 'OPPLAERING' (or 'GRP_OPPLAERING'), 'MENTOR'.
create or replace temp macro participants_of(code) as table
    with cells as (
        select
            month_date,
            scope_name,
            tiltak_key,
            tiltak_name,
            participants,
            participants_min,
            participants_max,
            series_break_date,
            fact_key
        from mart_participants_by_tiltaksgruppe
        union all
        select
            month_date,
            scope_name,
            tiltak_key,
            tiltak_name,
            participants,
            participants_min,
            participants_max,
            series_break_date,
            fact_key
        from mart_participants_by_tiltak
    )

    select
        month_date,
        scope_name,
        tiltak_name,
        participants,
        participants_min,
        participants_max,
        series_break_date,
        fact_key
    from cells
    where tiltak_key in (upper(code), 'GRP_' || upper(code))
    order by month_date, tiltak_name, scope_name;

-- Where a number is printed: give the fact_key or the cell_id of a row.
create or replace temp macro trace_of(key_of_row) as table
    with asked as (
        select fact_key
        from fct_printed_cell
        where key_of_row in (fact_key, cell_id)
    )

    select
        cells.source_file,
        cells.page_no,
        cells.table_no,
        cells.line_no,
        cells.total_label,
        cells.row_label,
        cells.column_label,
        cells.printed_text,
        cells.value_status,
        cells.measure,
        cells.cell_id
    from fct_printed_cell as cells
    where cells.fact_key in (select asked.fact_key from asked)
    order by cells.source_file, cells.line_no, cells.column_no;

-- How much is hidden: cells of the monthly facts by year and cross-tabulation.
create or replace temp macro hidden() as table
    select
        facts.month_key // 100 as year,
        breakdowns.name as breakdown_name,
        count(*) as cell_count,
        count_if(facts.value_status = 'suppressed') as hidden_count,
        round(100 * count_if(facts.value_status = 'suppressed') / count(*), 1) as hidden_percent
    from fct_monthly_participants as facts
    inner join dim_breakdown as breakdowns on facts.breakdown_key = breakdowns.breakdown_key
    group by facts.month_key // 100, breakdowns.name
    order by year, hidden_percent desc, breakdown_name;

.print from latest();                        everybody, newest month
.print from participants_on('2024');         by county, on the counties of 2024
.print from participants_of('OPPLAERING');   one tiltaksgruppe or tiltak, month by month
.print from trace_of('<fact_key>');          where a number is printed
.print from hidden();                        how much is hidden
