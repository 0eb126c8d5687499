internal import PluginKit

/// Which entry is evicted when there is no room for a new one.
package enum EvictionPolicy: String, OptionValue, CaseIterable {
    /// S3-FIFO: three first-in, first-out queues (Yang et al., "FIFO queues are all you need for cache eviction", SOSP
    /// 2023). A new entry has to be used again in a short queue before it moves to the long one, so a scan does not
    /// evict the others.
    case s3fifo = "s3-fifo"
    /// The least recently used entry.
    case lru
}
