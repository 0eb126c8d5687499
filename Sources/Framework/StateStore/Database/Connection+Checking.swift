internal import Database
internal import Diagnostics

extension Connection {
    /// Checks what a run is resumed from: every page of its tables, and the seals of rows that a damaged key would hide
    /// instead of making wrong.
    func check() throws(Diagnostic) {
        try checkPages(of: Migrations.checkedTables)
        _ = try storedBookmarks("")
        _ = try temporaryFiles("")
        // The keys of runs are also in an index, which the page check compares; reading one run shows that all columns
        // exist.
        _ = try storedRuns("LIMIT 1")
        _ = try publishedFiles("WHERE resolved = ''")
    }
}
