public import PluginKit

/// The plugins of this folder or package, for the list of a program.
public enum PrimePlugins {
    /// All of them.
    public static let all: [any Plugin.Type] = [Primes.self, LastDigit.self, NumberLines.self]
}
