/** The longest topic or filter in UTF-16 units; ours are far shorter, and 65 kB of it would be kept per subscription. */
const MAX_TOPIC_LENGTH = 1_024;
/** Routing costs by level; the emitter below refuses more than 100. */
const MAX_TOPIC_LEVELS = 32;

/**
 * Whether a client may name this topic (or filter, with wildcards) at all: not empty, bounded, valid UTF-8 without NUL
 * [MQTT-1.5.3-1, MQTT-1.5.3-2], wildcards whole levels and `#` last [MQTT-4.7.1-2, MQTT-4.7.1-3].
 */
export function hasTopicShape(text: string, kind: 'topic' | 'filter'): boolean {
  if (text.length === 0 || text.length > MAX_TOPIC_LENGTH || text.includes('\0') || text.includes('\uFFFD')) return false;
  const levels = text.split('/');
  if (levels.length > MAX_TOPIC_LEVELS) return false;
  return levels.every((level, position) => {
    if (!level.includes('+') && !level.includes('#')) return true;
    if (kind === 'topic' || level.length > 1) return false;
    return level === '+' || position === levels.length - 1;
  });
}
