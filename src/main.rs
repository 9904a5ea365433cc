//! The `leadferry` program: hands its arguments to the library and ends with its exit code.

/// Rows are freed by another thread than the one that made them, and the allocator must not grow
/// by that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    leadferry::cli::run()
}
