/// What a file sink does if a file with its output's name already exists.
///
/// A sink offers the choice with an option of this type on a property called `onExisting`, so that the option is
/// `on_existing`. The engine finds it there and applies it, before the first page is read and again before the files
/// are published:
///
///     @Option(OnExisting.help) var onExisting: OnExisting?
///
/// Without a value, and for sinks that do not offer the option, a file is replaced if the same pipeline published it
/// and it has not changed since; any other file is refused.
public enum OnExisting: String, CaseIterable, OptionValue, Hashable {
    /// Replaces any regular file.
    case replace
    /// Replaces no file, not even one that the pipeline made.
    case refuse

    /// The help text of the option for reference pages.
    public static let help =
        "What to do if the file already exists: by default it is replaced if this pipeline made it and it has not "
        + "changed since, and refused otherwise; `replace` always replaces it, `refuse` never does."
}
