public import Testing

/// What a suite of tests needs, beyond calling functions.
///
/// A suite has a tag if one of its tests needs it. Whether a suite is about a cache or an account follows from its
/// folder.
extension Tag {
    /// Verifies the contract of a plugin's kind, with `PluginTestKit`.
    @Tag public static var contract: Self

    /// Cuts the power or kills a process at a chosen step, and starts again with what is left.
    @Tag public static var crash: Self

    /// Creates its cases, or the order of its tasks, from seeds.
    @Tag public static var fuzz: Self

    /// Starts other programs.
    @Tag public static var process: Self

    /// Connects to a server on this machine over real sockets.
    @Tag public static var server: Self

    /// Waits or measures in real time: results can depend on how busy the machine is.
    @Tag public static var waits: Self
}
