-- Only shape: publishing adds the rows when the build has passed.
select
    cast(null as string) as build_id,
    cast(null as string) as tool,
    cast(null as string) as tool_version
where 1 = 0
