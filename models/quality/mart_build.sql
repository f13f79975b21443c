-- Only shape: publishing adds the rows when the build has passed.
select
    cast(null as string) as build_id,
    cast(null as timestamp) as finished_at,
    cast(null as string) as project_version,
    cast(null as string) as git_commit,
    cast(null as string) as loader_fingerprint,
    cast(null as string) as model_fingerprint,
    cast(null as string) as content_sha256,
    cast(null as integer) as passed_test_count,
    cast(null as integer) as warned_test_count
where 1 = 0
