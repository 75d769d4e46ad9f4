(rule_set (selectors) @name (block) @body) @definition.class
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.function
(media_statement "@media" @name (block) @body) @definition.module
(supports_statement "@supports" @name (block) @body) @definition.module
