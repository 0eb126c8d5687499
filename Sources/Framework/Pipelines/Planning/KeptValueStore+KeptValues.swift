public import PluginKit
public import StateStore

extension KeptValueStore: KeptValues {}
