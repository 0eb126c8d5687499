internal import PluginKit

/// Which entry goes when there is no room for a new one.
package enum EvictionPolicy: String, OptionValue, CaseIterable {
    /// First in, first out, in three queues (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023):
    /// a new entry has to be asked for again in a short queue before it gets into the long one, so that a scan pushes
    /// nothing out.
    case s3fifo = "s3-fifo"
    /// The one that has not been asked for the longest.
    case lru
}
