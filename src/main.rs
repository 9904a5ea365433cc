//! The `leadferry` program: hands its arguments to the library and ends with its exit code.

/// Rows are made on one thread and freed on others, and an answer's buffer is large: the system's allocator takes
/// a fifth of an import for that.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    leadferry::cli::run()
}
