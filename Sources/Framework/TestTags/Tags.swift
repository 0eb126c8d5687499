public import Testing

/// What a suite of tests is made with, as far as it takes more than calling functions.
///
/// A tag is on a suite if one of its tests needs it. Whether a suite is about a cache or an account says its folder.
extension Tag {
    /// Holds a plugin to the contract of its kind, as `PluginTestKit` states it.
    @Tag public static var contract: Self

    /// Cuts the power or kills a process at a chosen step, and starts again with what is left.
    @Tag public static var crash: Self

    /// Makes its cases, or the order of its tasks, from seeds.
    @Tag public static var fuzz: Self

    /// Starts programs as processes of their own.
    @Tag public static var process: Self

    /// Talks with a server on this machine over real sockets.
    @Tag public static var server: Self

    /// Waits or measures in real time: what it finds can depend on how busy the machine is.
    @Tag public static var waits: Self
}
