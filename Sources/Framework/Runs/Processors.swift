internal import Glibc

/// The processors that the program may use.
enum Processors {
    /// How many there are.
    static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
