/// What a file sink does with a file that has its output's name already.
///
/// A sink offers it by an option of this type, named `on_existing` by its property; the engine finds it there and does the
/// rest, before the first page is read and again before the files get their names:
///
///     @Option(OnExisting.help) var onExisting: OnExisting?
///
/// Without a value, and for sinks that do not offer it, a file that the same pipeline published and that is unchanged
/// since is replaced, and any other is refused.
public enum OnExisting: String, CaseIterable, OptionValue, Hashable {
    /// Any regular file is replaced.
    case replace
    /// None is replaced, not even one that the pipeline made.
    case refuse

    /// What the option does, for reference pages.
    public static let help =
        "What happens to a file of that name: by default one that this pipeline made and that is unchanged since is "
        + "replaced, and any other is refused, as `refuse` does with all; `replace` replaces it, no matter who made it."
}
