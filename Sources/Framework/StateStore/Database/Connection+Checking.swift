internal import Database
internal import Diagnostics

extension Connection {
    /// Looks at what a run is resumed from: at every page of its tables, and at the seals of what a damaged key would make
    /// invisible instead of wrong.
    func check() throws(Diagnostic) {
        try checkPages(of: Migrations.checkedTables)
        _ = try storedBookmarks("")
        _ = try temporaryFiles("")
        // The keys of runs are in an index, too, which the check of the pages compares; one shows that all columns are
        // there.
        _ = try storedRuns("LIMIT 1")
        _ = try madeFiles("WHERE resolved = ''")
    }
}
